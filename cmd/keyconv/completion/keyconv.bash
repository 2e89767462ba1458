# bash completion for keyconv. The program itself is asked what can stand at
# the cursor; its last line says whether names of files can, too.
_keyconv() {
	local program=${1/#\~/$HOME} current=${COMP_WORDS[COMP_CWORD]} line names=:none
	[[ $current == '=' ]] && current= # --to=ppk comes as three words
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		:*) names=$line ;;
		*) COMPREPLY+=("${line%%$'\t'*}") ;;
		esac
	done < <("$program" __complete "=$current" "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)

	local option list
	case $names in
	:file) option=default list=-f ;;
	:dir) option=dirnames list=-d ;;
	*) return ;;
	esac
	# readline knows quoting and ~ best, but takes over only where there is
	# nothing else; the bash of macOS has no compopt.
	((${#COMPREPLY[@]} == 0)) && compopt -o "$option" 2>/dev/null && return
	compopt -o filenames 2>/dev/null
	while IFS= read -r line; do
		COMPREPLY+=("$line")
	done < <(compgen "$list" -- "$current")
}
complete -F _keyconv keyconv
