using NativeCnn.Engine.Messages;

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
        : base(OneLine.Of(message))
    {
    }

    /// <summary>With a message and its cause.</summary>
    public OnnxException(string message, Exception innerException)
        : base(OneLine.Of(message), innerException)
    {
    }
}
