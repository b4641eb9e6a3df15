using System.Text.Json.Serialization;

namespace NativeCnn.Model.Proofs;

/// <summary>A file of an export, as it was written.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Hash">XxHash128 of its bytes, in hex.</param>
public sealed record ProofFile(string Hash)
{
    /// <summary>The same of each constant in it, by name, where the file names them; null where not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Tensors { get; init; }
}
