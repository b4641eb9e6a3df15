namespace NativeCnn.Model.Data;

/// <summary>The side of a split that a data set's author gave a clip.</summary>
public enum SplitPart
{
    /// <summary>Trained on.</summary>
    Train,

    /// <summary>Measured after every epoch, never trained on.</summary>
    Validation,

    /// <summary>Kept for the last measurement.</summary>
    Test,
}
