// What another program makes of our ONNX files: Microsoft's ONNX Runtime, whose library the packed tests do not bring.
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using NativeCnn.Tools.Exporting.Onnx;

namespace NativeCnn.Tests.Support;

/// <summary>A file in ONNX Runtime, on two threads.</summary>
internal sealed class OnnxRuntime : IDisposable
{
    private static readonly bool IsInstalled =
        System.Runtime.InteropServices.NativeLibrary.TryLoad(
            "onnxruntime", typeof(OnnxRuntime).Assembly, null, out _);

    private readonly InferenceSession session;

    public OnnxRuntime(byte[] file)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 2,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        session = new InferenceSession(file, options);
    }

    public OnnxRuntime(ModelProto file)
        : this(file.ToByteArray())
    {
    }

    public static string Missing => "ONNX Runtime is not here: the packed tests do not bring it";

    /// <summary>Skips a test where the library is not there.</summary>
    public static void Required() => Skip.IfNot(IsInstalled, Missing);

    /// <summary>An output for an input of a shape.</summary>
    public float[] Run(string output, float[] input, params ReadOnlySpan<long> shape)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape.ToArray());
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(options, [session.InputNames[0]], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyList<string> Inputs => session.InputNames;

    public IReadOnlyList<string> Outputs => session.OutputNames;

    public void Dispose() => session.Dispose();
}
