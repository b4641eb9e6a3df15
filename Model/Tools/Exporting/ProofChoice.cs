namespace NativeCnn.Tools.Exporting;

/// <summary>What an export's proof is of.</summary>
public enum ProofChoice
{
    /// <summary>Sounds that NativeCnn makes itself: nobody's recordings.</summary>
    Synthetic,

    /// <summary>The validation clips of the run's own proof.</summary>
    Clips,

    /// <summary>No proof.</summary>
    None,
}
