// What another program makes of our ONNX files: Microsoft's ONNX Runtime, whose library the packed tests do not bring.
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using NativeCnn.Tools.Exporting.Onnx;
using NativeCnn.Tools.Exporting.Onnx.Running;

namespace NativeCnn.Tests.Support;

/// <summary>A file in ONNX Runtime, on two threads.</summary>
internal sealed class OnnxRuntime : IDisposable
{
    // Larger ones take long, and say nothing else.
    private const int MostCompared = 1 << 15;

    private static readonly bool IsInstalled =
        System.Runtime.InteropServices.NativeLibrary.TryLoad(
            "onnxruntime", typeof(OnnxRuntime).Assembly, null, out _);

    private readonly InferenceSession session;
    private readonly OnnxProgram ours;

    public OnnxRuntime(byte[] file)
    {
        ours = new OnnxProgram(ModelProto.Parser.ParseFrom(file));
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

    /// <summary>
    /// An output for an input of a shape, which what computes exports here (`nativecnn verify`) must give as well.
    /// </summary>
    public float[] Run(string output, float[] input, params ReadOnlySpan<long> shape)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape.ToArray());
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(options, [session.InputNames[0]], [value], [output]);
        float[] theirs = results[0].GetTensorDataAsSpan<float>().ToArray();
        if (input.Length <= MostCompared && theirs.Any(one => one != 0))
        {
            var given = OnnxValue.Of([.. shape.ToArray().Select(one => (int)one)], input);
            float[] here = ours.Run(given, output)[output].Floats;
            float scale = theirs.Max(Math.Abs);
            Near.All(
                $"{output}, by OnnxProgram, as parts of the largest", Array.ConvertAll(here, one => one / scale),
                Array.ConvertAll(theirs, one => one / scale), 1e-4);
        }

        return theirs;
    }

    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyList<string> Inputs => session.InputNames;

    public IReadOnlyList<string> Outputs => session.OutputNames;

    public void Dispose() => session.Dispose();
}
