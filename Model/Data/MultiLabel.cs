namespace NativeCnn.Model.Data;

/// <summary>Whether a label cell of a list may name several labels.</summary>
public enum MultiLabel
{
    /// <summary>
    /// Where the cells show it: there are cells with <c>;</c> or <c>|</c>, and taken apart they name fewer labels than
    /// there are different cells. Names of classes that merely hold such a letter do not.
    /// </summary>
    Auto,

    /// <summary>Yes: a cell is taken apart at its separator, and an empty one is a clip without a label.</summary>
    On,

    /// <summary>No: every cell is one class.</summary>
    Off,
}
