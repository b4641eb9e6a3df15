// One run of ffmpeg: what it writes and what it says. The calling thread reads, a timer watches; when this returns, the
// process is gone, whichever way it went.

using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;

namespace NativeCnn.Features.Audio;

/// <summary>Runs a process and collects its standard output in a pooled buffer.</summary>
internal sealed class FfmpegProcess : IDisposable
{
    private const int FirstBuffer = 1 << 20;
    private const int MostLines = 100;

    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(50);

    private readonly List<string> said = [];
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int length;
    private long since;

    /// <summary>What came on standard output; valid until this is disposed.</summary>
    internal ReadOnlySpan<byte> Output => buffer.AsSpan(0, length);

    /// <summary>The lines of standard error, the last hundred.</summary>
    internal IReadOnlyList<string> Said => said;

    /// <summary>The exit code, once it has ended.</summary>
    internal int ExitCode { get; private set; }

    /// <summary>Starts the process, reads all it writes, and waits until it is gone.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments, quoted as one line.</param>
    /// <param name="patience">How long it may write nothing.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal FfmpegEnd Run(string program, string arguments, TimeSpan patience, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardErrorEncoding = System.Text.Encoding.UTF8,
            },
        };
        process.ErrorDataReceived += KeepErrorLine;
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new IOException($"'{program}' cannot be started: {error.Message}", error);
        }

        int end = (int)FfmpegEnd.Exited;
        Volatile.Write(ref since, Stopwatch.GetTimestamp());
        using (cancellation.Register(() => Kill(process)))
        using (new Timer(_ => Look(), null, Watch, Watch))
        {
            process.StandardInput.Close();
            process.BeginErrorReadLine();
            if (!ReadAll(process.StandardOutput.BaseStream))
            {
                Interlocked.CompareExchange(ref end, (int)FfmpegEnd.TooLong, (int)FfmpegEnd.Exited);
                Kill(process);
            }

            process.WaitForExit();
        }

        ExitCode = process.ExitCode;
        cancellation.ThrowIfCancellationRequested();
        return (FfmpegEnd)end;

        void Look()
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref since)) > patience)
            {
                Interlocked.CompareExchange(ref end, (int)FfmpegEnd.Late, (int)FfmpegEnd.Exited);
                Kill(process);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended by itself.
        }
    }

    private void KeepErrorLine(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { Length: > 0 } line)
        {
            said.Add(line);
            said.RemoveRange(0, Math.Max(0, said.Count - MostLines));
        }
    }

    /// <summary>False where an array cannot hold it all.</summary>
    private bool ReadAll(Stream output)
    {
        int read;
        while ((read = output.Read(buffer, length, buffer.Length - length)) > 0)
        {
            length += read;
            Volatile.Write(ref since, Stopwatch.GetTimestamp());
            if (length < buffer.Length)
            {
                continue;
            }

            if (buffer.Length >= Array.MaxLength)
            {
                return false;
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * buffer.Length, Array.MaxLength));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return true;
    }
}
