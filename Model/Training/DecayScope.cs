using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

/// <summary>Which parameters the optimiser's weight decay makes smaller.</summary>
public enum DecayScope
{
    /// <summary>All of them.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>The weights of convolutions and dense layers: no biases, and nothing of a normalisation.</summary>
    [JsonStringEnumMemberName("weights")]
    Weights,
}
