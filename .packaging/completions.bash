
# Readline takes : and = for words of their own, and puts a completion behind the last of them. Ids of jobs and addresses have
# them: the script above is given whole words, and what it offers is cut to what readline puts in.
_joblog_in_whole_words() {
    local line=${COMP_LINE:0:COMP_POINT} word before=''
    local -r last=${COMP_WORDS[COMP_CWORD]}
    local -a words=()
    local -i place
    for ((place = 0; place <= COMP_CWORD; place++)); do
        word=${COMP_WORDS[place]}
        if ((place > 1)) && [[ $line != [[:space:]]* && ($word == [:=]* || $before == *[:=]) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#"$word"}
        before=$word
    done
    local -a COMP_WORDS=("${words[@]}")
    local COMP_CWORD=$((${#words[@]} - 1))
    local -r whole=${words[-1]}
    _joblog "$1" "$whole" "${words[COMP_CWORD - 1]}"
    if [[ $last == *[:=] ]]; then
        COMPREPLY=("${COMPREPLY[@]#"$whole"}")
    else
        COMPREPLY=("${COMPREPLY[@]#"${whole%"$last"}"}")
    fi
}

complete -o filenames -F _joblog_in_whole_words joblog
