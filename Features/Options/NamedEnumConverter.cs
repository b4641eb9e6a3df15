// Choices stand in JSON by their names only: a number there would change its meaning with the order of an enum.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeCnn.Features.Options;

/// <summary>Reads and writes an enum by the names of its members, in snake_case, and refuses numbers.</summary>
/// <remarks>Thread-safe: it holds no state.</remarks>
public sealed class NamedEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
