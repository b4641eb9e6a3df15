using System.Text.Json.Serialization;

namespace NativeCnn.Model.Data;

/// <summary>What folders are that are named like parts of a split: train, test, validation.</summary>
public enum PartFolders
{
    /// <summary>Parts where every folder is named so; where some are, it is an error that asks.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Parts; other folders beside them are left out.</summary>
    [JsonStringEnumMemberName("parts")]
    Parts,

    /// <summary>Classes, or whatever folders of other names would be.</summary>
    [JsonStringEnumMemberName("classes")]
    Classes,
}
