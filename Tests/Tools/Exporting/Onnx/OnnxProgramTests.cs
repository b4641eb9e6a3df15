// What computes an exported file here, beside ONNX Runtime: Tests/Support/OnnxRuntime compares both for every value
// that any test asks it for. Here: files that are damaged.
using Google.Protobuf;
using NativeCnn.Model.Exports;
using NativeCnn.Model.Networks;
using NativeCnn.Tests.Support;
using NativeCnn.Tools.Exporting.Onnx;
using NativeCnn.Tools.Exporting.Onnx.Running;
using Shape = NativeCnn.Engine.Tensors.Shape;

namespace NativeCnn.Tests.Tools.Exporting.Onnx;

public sealed class OnnxProgramTests
{
    private const string Layers = """
        {"name":"small","layers":[
          {"type":"conv1d","filters":4,"taps":3,"padding":1,"groups":2},{"type":"relu"},
          {"type":"max_pool1d","window":2,"stride":2,"ceil_mode":true},{"type":"group_norm","groups":2},
          {"type":"squeeze_excite","reduction":2},
          {"type":"average_pool1d","window":2,"stride":2},{"type":"flatten"},{"type":"layer_norm"},{"type":"dense"}]}
        """;

    [Fact]
    public void File_DamagedAnyhow_IsComputedOrRefused()
    {
        byte[] file = FileOf().ToByteArray();
        new ReaderFuzz("network.onnx", [file], bytes =>
        {
            string path = Path.GetTempFileName();
            try
            {
                File.WriteAllBytes(path, bytes);
                OnnxProgram.Load(path).Run(OnnxValue.Of([1, 4, 9], new float[36]), "y");
            }
            finally
            {
                File.Delete(path);
            }
        }, typeof(OnnxException))
        {
            Share = 4,
            BytesForAny = 1L << 30,
            BytesForAByte = 100,
            Seconds = 10,
        }.Holds();
    }

    [Fact]
    public void Node_WhoseInputsDoNotFit_IsNamed()
    {
        ModelProto file = FileOf();
        var error = Assert.Throws<OnnxException>(
            () => new OnnxProgram(file).Run(OnnxValue.Of([1, 5, 9], new float[45]), "y"));
        Assert.Contains("'conv1' (Conv) cannot be computed", error.Message, StringComparison.Ordinal);
    }

    private static ModelProto FileOf()
    {
        var network = new Network(
            TestDevices.Get("cpu"), new NetworkGraph(NetworkSpec.Parse(Layers), new Shape(4, 9), 3), seed: 2);
        ExportGraph graph = BatchNormFolding.Apply(ExportGraph.Of(network));
        var onnx = new OnnxGraph("small", "");
        string x = onnx.Input("x", "", "batch", 4, 9);
        string y = onnx.Reserve("y");
        OnnxNetwork.Write(onnx, graph, x, y, anyLength: false);
        onnx.Output(y, "", "batch", 3);
        return OnnxModels.Whole(onnx, []);
    }
}
