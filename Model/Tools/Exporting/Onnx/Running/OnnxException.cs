namespace NativeCnn.Tools.Exporting.Onnx.Running;

/// <summary>An ONNX file that cannot be computed: damaged, or with operators that no export has.</summary>
public sealed class OnnxException : Exception
{
    /// <summary>Without a message.</summary>
    public OnnxException()
    {
    }

    /// <summary>With a message.</summary>
    public OnnxException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public OnnxException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
