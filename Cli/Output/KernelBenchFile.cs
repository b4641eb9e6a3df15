// The file of `bench kernels --save`: JSON Lines, a kernel a line, as --json prints them and with their samples.
using System.Text.Json;
using NativeCnn.Cli.Errors;
using NativeCnn.Model.Formats;

namespace NativeCnn.Cli.Output;

/// <summary>Writes and reads saved runs.</summary>
internal static class KernelBenchFile
{
    /// <summary>Writes a run.</summary>
    public static void Write(string path, IReadOnlyList<KernelBenchRecord> records) => AtomicFile.WriteText(
        path, string.Concat(records.Select(one =>
            JsonSerializer.Serialize(one, CliJson.Default.KernelBenchRecord) + "\n")));

    /// <summary>Reads what has samples.</summary>
    /// <exception cref="InputException">It is no such file.</exception>
    public static IReadOnlyList<KernelBenchRecord> Read(string path)
    {
        List<KernelBenchRecord> records = [];
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            KernelBenchRecord? record;
            try
            {
                record = JsonSerializer.Deserialize(line, CliJson.Default.KernelBenchRecord);
            }
            catch (JsonException error)
            {
                throw Refused(error);
            }

            if (record is not { Benchmark: not null, Shape: not null })
            {
                throw Refused();
            }

            if (record.Samples is { Count: > 0 })
            {
                records.Add(record);
            }
        }

        return records.Count > 0 ? records : throw new InputException(
            $"{path} holds no samples: write it with `nativecnn bench kernels --save {path}`");

        InputException Refused(Exception? error = null) => new(
            $"{path}, line {number}: no line of a saved run; write it with `nativecnn bench kernels --save FILE`",
            error!);
    }
}
