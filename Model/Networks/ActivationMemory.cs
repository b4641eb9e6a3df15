namespace NativeCnn.Model.Networks;

/// <summary>What becomes of activations and gradients once nobody needs them any more.</summary>
public enum ActivationMemory
{
    /// <summary>Others take their place: the usual way.</summary>
    Reused,

    /// <summary>They stay until the next step, for study and for tests.</summary>
    Kept,
}
