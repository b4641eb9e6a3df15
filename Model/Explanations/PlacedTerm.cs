namespace NativeCnn.Model.Explanations;

/// <summary>A term and the place of its output in the stage's, by its number.</summary>
internal readonly record struct PlacedTerm(int Place, ExplainedTerm Term);
