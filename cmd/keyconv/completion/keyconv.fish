# fish completion for keyconv. The program itself is asked what can stand at
# the cursor; its last line says whether names of files can, too.
function __keyconv_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($before[1] __complete "=$current" $before[2..-1] 2>/dev/null)
    string match -v -- ':*' $lines
    set -l flag (string match -r -- '^--[^=]*=' $current); or set flag ''
    set -l name (string replace -r -- '^--[^=]*=' '' $current)
    switch "$lines[-1]"
        case :file
            printf '%s\n' $flag(__fish_complete_path $name)
        case :dir
            printf '%s\n' $flag(__fish_complete_directories $name '')
    end
end
complete -c keyconv -f -a '(__keyconv_complete)'
