namespace NativeCnn.Tools.Exporting;

/// <summary>A form that a trained run can leave in.</summary>
public interface IExportFormat
{
    /// <summary>What <c>--format</c> calls it.</summary>
    string Name { get; }

    /// <summary>What it is, for the help page: one line without a full stop.</summary>
    string About { get; }

    /// <summary>Whether <see cref="ExportRequest.Precision"/> may be another than floats.</summary>
    bool TakesPrecision => false;

    /// <summary>Writes the files into a folder, each whole or not at all.</summary>
    /// <param name="request">The run, the folder, and the options.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="NativeCnn.Model.Exports.ExportException">
    /// A layer, a feature setting or an option has no such form.
    /// </exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    ExportedFiles Write(ExportRequest request);
}
