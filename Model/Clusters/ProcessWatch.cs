// How processes know of each other that they live: every one keeps a connection to the first and sends a line each
// second. A connection that closes is a process that ended, with its last words where it had any; one that is silent is
// a process that stopped, or a machine that is gone. The first tells the others.
//   .            I live
//   !text        a process ended, for this reason
//   -            I leave, all is done
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NativeCnn.Engine.Messages;
using NativeCnn.Model.Jobs;

namespace NativeCnn.Model.Clusters;

/// <summary>Sees whether the other processes of a training live.</summary>
internal sealed class ProcessWatch : IDisposable
{
    private const string Alive = ".";
    private const string Leaving = "-";

    // Signs go over connections, each second.
    private const double UsualSilence = 15;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock guard = new();
    private readonly ICollective processes;
    private readonly TimeSpan patience;
    private readonly Dictionary<int, StreamWriter> others = [];
    private readonly Dictionary<int, long> heard = [];
    private volatile string? failure;
    private volatile bool leaving;

    private ProcessWatch(ICollective processes, TimeSpan patience)
    {
        this.processes = processes;
        this.patience = patience;
    }

    /// <summary>What happened to a process, in a sentence; null while all live.</summary>
    public string? Failure => failure;

    /// <summary>Whether this process has told the others that it ends.</summary>
    public bool IsLeaving => leaving;

    /// <summary>Told once, from another thread, when a process ended or fell silent.</summary>
    public event Action<string>? Failed;

    /// <summary>Connects the processes; all of them call it together.</summary>
    /// <exception cref="ClusterException">They cannot reach the first.</exception>
    public static ProcessWatch Begin(ICollective processes)
    {
        var watch = new ProcessWatch(processes, SilenceLimit.Or(UsualSilence));
        if (processes.Count > 1)
        {
            watch.Connect();
        }

        return watch;
    }

    /// <summary>Throws where a process ended.</summary>
    /// <exception cref="ClusterException">One did.</exception>
    public void ThrowWhereOneEnded()
    {
        if (failure is { } what)
        {
            throw new ClusterException(what) { IsLoss = true };
        }
    }

    /// <summary>Last words of this process: it ends before its work is done.</summary>
    /// <param name="why">Why, in a sentence.</param>
    public void Leave(string why)
    {
        leaving = true;
        Send($"!{Name(processes.Rank)} ended: {OneLine.Of(why)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving = true;
        Send(Leaving);
    }

    private string Name(int rank) => $"process {rank} of {processes.Count}";

    private void Connect()
    {
        using TcpListener? listener = processes.Rank == 0 ? new TcpListener(IPAddress.Any, 0) : null;
        listener?.Start(processes.Count);
        string address = listener is null ? "" : Addresses(((IPEndPoint)listener.LocalEndpoint).Port);
        string first = processes.GatherTexts(address)[0];
        if (listener is not null)
        {
            for (int i = 1; i < processes.Count; i++)
            {
                TcpClient client = listener.AcceptTcpClient();
                var reader = new StreamReader(client.GetStream());
                int rank = int.Parse(reader.ReadLine() ?? "-1", CultureInfo.InvariantCulture);
                Follow(rank, client, reader);
            }
        }
        else
        {
            TcpClient client = Reach(first);
            Follow(0, client, new StreamReader(client.GetStream()));
            Send(processes.Rank.ToString(CultureInfo.InvariantCulture));
        }

        new Thread(Beat) { IsBackground = true, Name = "process watch" }.Start();
    }

    /// <summary>Machine name, addresses and port of this process, the local one last.</summary>
    private static string Addresses(int port) => string.Join(
        ' ',
        [
            .. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(one => one.GetIPProperties().UnicastAddresses)
                .Select(one => one.Address)
                .Where(one => one.AddressFamily == AddressFamily.InterNetwork)
                .OrderBy(IPAddress.IsLoopback)
                .Select(one => $"{one}:{port}"),
        ]);

    private static TcpClient Reach(string addresses)
    {
        const int longest = 5000;
        foreach (string address in addresses.Split(' '))
        {
            var client = new TcpClient();
            try
            {
                if (client.ConnectAsync(IPEndPoint.Parse(address)).Wait(longest))
                {
                    return client;
                }
            }
            catch (AggregateException)
            {
                // The next address.
            }

            client.Dispose();
        }

        throw new ClusterException(
            $"the first process cannot be reached at {addresses}: the machines must be able to connect to each other");
    }

    private void Follow(int rank, TcpClient client, StreamReader reader)
    {
        lock (guard)
        {
            others[rank] = new StreamWriter(client.GetStream()) { AutoFlush = true };
            heard[rank] = Stopwatch.GetTimestamp();
        }

        if (failure is { } before)
        {
            // One that was here already ended before this one came.
            Send($"!{before}");
        }

        new Thread(() => Listen(rank, reader)) { IsBackground = true, Name = $"watch of process {rank}" }.Start();
    }

    private void Listen(int rank, StreamReader reader)
    {
        try
        {
            while (reader.ReadLine() is { } line)
            {
                lock (guard)
                {
                    heard[rank] = Stopwatch.GetTimestamp();
                }

                if (line == Leaving)
                {
                    Forget(rank);
                    return;
                }

                if (line.StartsWith('!'))
                {
                    Fail(line[1..]);
                    return;
                }
            }
        }
        catch (IOException)
        {
            // A connection that breaks is one that ends.
        }

        Fail($"{Name(rank)} ended before its work was done");
    }

    private void Forget(int rank)
    {
        lock (guard)
        {
            others.Remove(rank);
            heard.Remove(rank);
        }
    }

    private void Beat()
    {
        while (!leaving && failure is null)
        {
            Send(Alive);
            Thread.Sleep(Pause);
            int silent = -1;
            lock (guard)
            {
                foreach ((int rank, long at) in heard)
                {
                    silent = Stopwatch.GetElapsedTime(at) > patience ? rank : silent;
                }
            }

            if (silent >= 0)
            {
                Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name(silent)} was silent for {patience.TotalSeconds:0} s: ") +
                    "it was stopped, or its machine is gone");
            }
        }
    }

    private void Fail(string what)
    {
        lock (guard)
        {
            if (failure is not null || leaving)
            {
                return;
            }

            failure = what;
        }

        Send($"!{what}");
        Failed?.Invoke(what);
    }

    private void Send(string line)
    {
        StreamWriter[] to;
        lock (guard)
        {
            to = [.. others.Values];
        }

        foreach (StreamWriter other in to)
        {
            try
            {
                lock (other)
                {
                    other.WriteLine(line);
                }
            }
            catch (IOException)
            {
                // Its own thread sees that it ended.
            }
        }
    }
}
