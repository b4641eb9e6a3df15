namespace NativeCnn.Tools.Exporting.C;

/// <summary>The values of one clip, as steps compute them here: floats, or whole numbers in floats.</summary>
internal sealed class CRun
{
    private readonly Dictionary<CValue, float[]> values = [];

    /// <summary>A value's numbers; those of its root.</summary>
    public float[] this[CValue value]
    {
        get
        {
            if (!values.TryGetValue(value.Root, out float[]? numbers))
            {
                numbers = values[value.Root] = new float[value.Root.Length];
            }

            return numbers;
        }
    }
}
