using System.Text.Json.Serialization;

namespace NativeCnn.Model.Training;

/// <summary>What makes an epoch's validation better than another's.</summary>
public enum BestBy
{
    /// <summary>Higher accuracy, then lower loss.</summary>
    [JsonStringEnumMemberName("accuracy")]
    Accuracy,

    /// <summary>Lower loss, then higher accuracy.</summary>
    [JsonStringEnumMemberName("loss")]
    Loss,

    /// <summary>Higher macro F1, at tuned thresholds where clips may have several labels; then lower loss.</summary>
    [JsonStringEnumMemberName("f1")]
    F1,

    /// <summary>Higher mean average precision, where clips may have several labels; then lower loss.</summary>
    [JsonStringEnumMemberName("map")]
    Map,
}
