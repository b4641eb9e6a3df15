// What ILGPU tells nobody but System.Diagnostics.Trace: why a driver refused a kernel (the first KiB of it), and, on
// its CPU accelerator, that a lane reached outside a view. There .NET's own listener would end the process, and an
// exception in a lane's thread would as well: so the fault is noted, the lane goes on (into the padding that the
// simulator's buffers have), and the launch throws when all lanes are done.
using System.Diagnostics;
using System.Text;

namespace NativeCnn.Engine.Kernels;

/// <summary>Captures what is written to Trace while kernels are loaded and run.</summary>
internal static class TraceCapture
{
    private static readonly Lock Gate = new();
    private static bool capturesFaults;
    private static string? fault;

    /// <summary>
    /// From now on a lane that reaches outside a view is noted for <see cref="TakeFault"/>; an assertion that fails
    /// anywhere else in the process throws there, where .NET's listener would end the process.
    /// </summary>
    public static void CaptureFaults()
    {
        lock (Gate)
        {
            if (!capturesFaults)
            {
                capturesFaults = true;
                // Test hosts derive theirs from .NET's, to throw; in a lane's thread that ends the process too.
                foreach (DefaultTraceListener deadly in Trace.Listeners.OfType<DefaultTraceListener>().ToArray())
                {
                    Trace.Listeners.Remove(deadly);
                }

                Trace.Listeners.Add(new FaultListener());
            }
        }
    }

    /// <summary>What a lane did wrong since the last call, null for nothing.</summary>
    public static string? TakeFault() =>
        Volatile.Read(ref fault) is null ? null : Interlocked.Exchange(ref fault, null);

    /// <summary>Collects what is written to Trace on this thread until disposed.</summary>
    public static Capture Begin() => new();

    /// <summary>What is written to Trace on one thread for a while.</summary>
    public sealed class Capture : TraceListener
    {
        private readonly int thread = Environment.CurrentManagedThreadId;
        private readonly StringBuilder written = new();

        public Capture() => Trace.Listeners.Add(this);

        /// <summary>The lines as one.</summary>
        public string Text => string.Join(
            "; ",
            written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        public override void Write(string? message)
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                written.Append(message);
            }
        }

        public override void WriteLine(string? message) => Write(message + "\n");

        protected override void Dispose(bool disposing)
        {
            Trace.Listeners.Remove(this);
            base.Dispose(disposing);
        }
    }

    private sealed class FaultListener : TraceListener
    {
        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
        }

        public override void Fail(string? message) => Fail(message, null);

        public override void Fail(string? message, string? detailMessage)
        {
            if (!new StackTrace().ToString().Contains("ILGPU.Runtime.CPU.", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"an assertion failed: {message} {detailMessage}".TrimEnd());
            }

            Interlocked.CompareExchange(ref fault, message ?? "an assertion failed", null);
        }
    }
}
