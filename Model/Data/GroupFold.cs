namespace NativeCnn.Model.Data;

/// <summary>One fold of a cross-validation: one group left out of the training.</summary>
/// <remarks>Immutable: may be shared between threads.</remarks>
/// <param name="Group">The group left out.</param>
/// <param name="Split">Every other group to train on; this group as validation.</param>
public sealed record GroupFold(string Group, Split Split);
