using NativeCnn.Engine.Messages;
using NativeCnn.Model.Exports;
using NativeCnn.Tools.Exporting.C;
using NativeCnn.Tools.Exporting.HuggingFace;
using NativeCnn.Tools.Exporting.Onnx;
using NativeCnn.Tools.Exporting.PyTorch;

namespace NativeCnn.Tools.Exporting;

/// <summary>The forms that a run can leave in, in the order of the help page.</summary>
public static class ExportFormats
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IExportFormat> All { get; } =
    [
        new OnnxFormat(), new PyTorchFormat(), new CFormat(), new HuggingFaceFormat(),
    ];

    /// <summary>Finds one by its name.</summary>
    /// <exception cref="ExportException">There is none of that name; the message lists them.</exception>
    public static IExportFormat Named(string name) =>
        All.FirstOrDefault(one => one.Name == name) ?? throw new ExportException(
            $"there is no format '{name}': give one of {string.Join(", ", All.Select(one => one.Name))}");
}
