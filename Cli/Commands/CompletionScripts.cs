// What a shell runs when Tab is pressed. Each script asks the programme itself, by System.CommandLine's directive
// [suggest:POSITION], and leaves paths to the shell: where nothing is offered, it completes file names.
namespace NativeCnn.Cli.Commands;

/// <summary>The completion scripts, by the name of their shell.</summary>
internal static class CompletionScripts
{
    /// <summary>The shells.</summary>
    public static string[] Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The script of a shell.</summary>
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };

    // A word behind --option= is completed as one behind --option is; bash takes the = for a word of its own.
    private const string Bash = """
        # bash completion of nativecnn: source <(nativecnn completion bash)
        _nativecnn() {
            local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}" one
            line="nativecnn ${line#*[[:space:]]}"
            if [[ $line =~ ^(.*[[:space:]]--[a-z0-9-]+)=([^[:space:]]*)$ ]]; then
                line="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
                [[ $word == = ]] && word=""
            fi
            COMPREPLY=()
            while IFS= read -r one; do
                one="${one%$'\r'}"
                [[ $one == [-/]* && ( $word != -* || $one != --* ) ]] && continue
                [[ $one == "$word"* ]] && COMPREPLY+=("$one")
            done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _nativecnn nativecnn
        """;

    private const string Zsh = """
        #compdef nativecnn
        # zsh completion of nativecnn: source <(nativecnn completion zsh), after compinit
        _nativecnn() {
            local line="nativecnn ${(j: :)words[2,CURRENT]}"
            local -a found
            if [[ ${words[CURRENT]} == --*=* ]]; then
                line="nativecnn ${(j: :)words[2,CURRENT-1]} ${words[CURRENT]/=/ }"
                compset -P 1 '*='
            fi
            found=("${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
            if [[ $PREFIX == -* ]]; then
                found=(${(M)found:#--*})
            else
                found=(${found:#[-\/]*})
            fi
            compadd -- $found || _files
        }
        compdef _nativecnn nativecnn
        """;

    private const string Fish = """
        # fish completion of nativecnn: nativecnn completion fish | source
        function __nativecnn_complete
            set -l line (commandline -cp | string collect)
            set -l found (nativecnn "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            if string match -q -- '-*' (commandline -ct)
                string match -- '--*' $found
            else
                string match -v -r -- '^[-/]' $found
            end
        end
        complete -c nativecnn -a '(__nativecnn_complete)'
        """;

    private const string PowerShell = """
        # PowerShell completion of nativecnn: nativecnn completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName nativecnn -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $line = $commandAst.ToString().PadRight($cursorPosition)
            nativecnn "[suggest:$($line.Length)]" "$line" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" -and
                    ($_ -notmatch '^[-/]' -or ($wordToComplete -like '-*' -and $_ -like '--*')) } |
                ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
        }
        """;
}
