namespace NativeCnn.Model.Exports.Operators;

/// <summary>What a dropout sets to zero at once.</summary>
public enum DropoutExtent
{
    /// <summary>One element.</summary>
    Element,

    /// <summary>All time of a channel.</summary>
    Channel,

    /// <summary>All of a clip.</summary>
    Clip,
}
