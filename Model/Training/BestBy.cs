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
}
