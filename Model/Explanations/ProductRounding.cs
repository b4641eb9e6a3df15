namespace NativeCnn.Model.Explanations;

/// <summary>Where the products of a sum are rounded.</summary>
public enum ProductRounding
{
    /// <summary>Each by itself, before it is added.</summary>
    Once,

    /// <summary>With the addition: fused multiply-adds, from the first term on.</summary>
    FusedFromTheFirst,

    /// <summary>The same, from the last term on.</summary>
    FusedFromTheLast,
}
