namespace NativeCnn.Tools.Benchmarking;

/// <summary>How a case is made at a shape of a user's own.</summary>
/// <param name="Form">The numbers that it takes, in the field's letters: <c>MxNxK</c>.</param>
/// <param name="Make">The case of so many numbers as the form has.</param>
internal sealed record CaseResizing(string Form, Func<int[], KernelCase> Make)
{
    /// <summary>How many numbers it takes.</summary>
    public int Count => Form.Split('x').Length;
}
