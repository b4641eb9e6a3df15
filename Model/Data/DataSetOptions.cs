namespace NativeCnn.Model.Data;

/// <summary>How a data set is read, where it does not say enough itself.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
public sealed record DataSetOptions
{
    /// <summary>The list's column of paths; null to go by usual names.</summary>
    public string? PathColumn { get; init; }

    /// <summary>The list's column of labels; null to go by usual names.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>
    /// The encoding of lists, by its name: <c>cp1252</c>, <c>latin1</c>, <c>shift_jis</c>; null for UTF-8, or what a
    /// byte order mark says.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>True refuses files that are cut short, which are else read as far as they go.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether folders named train and test are parts or classes.</summary>
    public PartFolders PartFolders { get; init; }

    /// <summary>Whether a label cell of a list may name several labels.</summary>
    public MultiLabel MultiLabel { get; init; }

    /// <summary>
    /// What separates labels in a cell, where a run knows it and a cell has it; null to go by the cells.
    /// </summary>
    public char? LabelSeparator { get; init; }

    /// <summary>
    /// True leaves out clips of classes that are not among the known ones, where a resumed run takes only what it had;
    /// false refuses them.
    /// </summary>
    public bool LeaveOutUnknownClasses { get; init; }
}
