using System.CommandLine;

namespace NativeCnn.Cli.Options;

/// <summary>Puts options in groups where they are declared.</summary>
internal static class HelpGroupOfOption
{
    /// <summary>The option itself, from now on in a group.</summary>
    public static T In<T>(this T option, HelpGroup group) where T : Option
    {
        HelpGroup.Put(option, group);
        return option;
    }
}
