// What the decoders by other libraries share: the library's version, and its exceptions as ours.

using System.Reflection;

namespace NativeCnn.Features.Audio;

/// <summary>A package that decodes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
internal sealed record CodecLibrary(string Name, string Version)
{
    /// <summary>The package that holds a type.</summary>
    internal static CodecLibrary Of(Type type)
    {
        AssemblyName assembly = type.Assembly.GetName();
        string? version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0];
        return new CodecLibrary(assembly.Name ?? type.Namespace!, version ?? $"{assembly.Version}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";

    /// <summary>
    /// Whether an exception is how a library says, by design or not, that it cannot go on with these bytes.
    /// </summary>
    internal static bool Fails(Exception error) =>
        error is not (AudioFormatException or OperationCanceledException or InsufficientExecutionStackException);

    /// <summary>The line for what a library threw.</summary>
    /// <param name="file">What to call the file.</param>
    /// <param name="position">About where in the file the library was.</param>
    /// <param name="error">What it threw.</param>
    internal AudioFormatException Failure(string file, long position, Exception error) => AudioFormatException.Of(
        file,
        $"{Name} cannot decode it at byte {position} ({error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')})",
        "export it again",
        error);
}
