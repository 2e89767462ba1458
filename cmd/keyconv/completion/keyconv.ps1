# PowerShell completion for keyconv. The program itself is asked what can stand
# at the cursor; where it has nothing to say, PowerShell offers names of files.
Register-ArgumentCompleter -Native -CommandName 'keyconv', 'keyconv.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $program = $commandAst.CommandElements[0].ToString()
    $before = @($words | Select-Object -Skip 1)
    & $program __complete "=$wordToComplete" @before 2>$null | Where-Object { $_ -notlike ':*' } | ForEach-Object {
        $text, $about = $_ -split "`t", 2
        if (-not $about) { $about = $text }
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about)
    }
}
