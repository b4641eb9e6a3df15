using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

/// <summary>Which clips an epoch trains on.</summary>
public enum Sampling
{
    /// <summary>Every clip once, in an order of the epoch's own.</summary>
    [JsonStringEnumMemberName("shuffled")]
    Shuffled,

    /// <summary>
    /// As many clips, of every class equally many: those of small classes several times, of large ones some in turn.
    /// </summary>
    [JsonStringEnumMemberName("balanced")]
    Balanced,
}
