#compdef keyconv
# zsh completion for keyconv. The program itself is asked what can stand at the
# cursor; its last line says whether names of files can, too.
_keyconv() {
	local line names=:none program=${words[1]/#\~/$HOME}
	local -a before found
	(( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
	for line in "${(@f)$("$program" __complete "=${(Q)PREFIX}" "${before[@]}" 2>/dev/null)}"; do
		case $line in
		:*) names=$line ;;
		*) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
		esac
	done

	local answer=1
	(( $#found )) && _describe -t words keyconv found && answer=0
	[[ $names != :none ]] && compset -P '--[^=]#='
	case $names in
	:file) _files && answer=0 ;;
	:dir) _files -/ && answer=0 ;;
	esac
	return answer
}
if [[ $funcstack[1] == _keyconv ]]; then
	_keyconv "$@"
else
	compdef _keyconv keyconv
fi
