using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace NativeCnn.Model.Clusters;

/// <summary>What is made of <see cref="ICollective.AllGather"/>.</summary>
public static class Collectives
{
    /// <summary>True for the process that prints and writes.</summary>
    public static bool IsFirst(this ICollective processes) => processes.Rank == 0;

    /// <summary>Numbers of all processes, as many of each, in the order of their ranks.</summary>
    public static T[] Gather<T>(this ICollective processes, ReadOnlySpan<T> own)
        where T : unmanaged
    {
        var all = new T[own.Length * processes.Count];
        processes.AllGather(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(all.AsSpan()));
        return all;
    }

    /// <summary>A text of each process, of any length.</summary>
    public static string[] GatherTexts(this ICollective processes, string own)
    {
        return Array.ConvertAll(processes.GatherBlocks(Encoding.UTF8.GetBytes(own)), Encoding.UTF8.GetString);
    }

    /// <summary>Bytes of each process, of any length, in the order of their ranks.</summary>
    public static byte[][] GatherBlocks(this ICollective processes, byte[] own)
    {
        int[] lengths = processes.Gather<int>([own.Length]);
        byte[] padded = new byte[lengths.Max()];
        own.CopyTo(padded, 0);
        byte[] all = processes.Gather<byte>(padded);
        return [.. lengths.Select((length, rank) => all.AsSpan(rank * padded.Length, length).ToArray())];
    }

    /// <summary>
    /// Lets the first process do what only one may: all go on when it is done, and fail where it fails.
    /// </summary>
    /// <param name="processes">Who.</param>
    /// <param name="action">What the first one does.</param>
    /// <returns>What it came to in the first; nothing in the others.</returns>
    /// <exception cref="ClusterException">In the others: it failed in the first.</exception>
    public static T? OnFirst<T>(this ICollective processes, Func<T> action)
        where T : class
    {
        if (!processes.IsFirst())
        {
            string error = processes.GatherTexts("")[0];
            return error.Length == 0 ? null : throw new ClusterException(error);
        }

        T result;
        try
        {
            result = action();
        }
        catch (Exception error)
        {
            processes.GatherTexts(error.Message);
            throw;
        }

        processes.GatherTexts("");
        return result;
    }

    /// <summary>Throws, in all processes, unless they agree.</summary>
    /// <param name="processes">Who.</param>
    /// <param name="what">What they are to agree about, with the text that stands for it.</param>
    /// <exception cref="ClusterException">They do not; the message says about what.</exception>
    public static void ExpectSame(this ICollective processes, params IReadOnlyList<(string What, string Text)> what)
    {
        string[] hashes = processes.GatherTexts(string.Join('\n', what.Select(one => HashOf(one.Text))));
        for (int rank = 1; rank < hashes.Length; rank++)
        {
            string[] first = hashes[0].Split('\n');
            string[] other = hashes[rank].Split('\n');
            for (int i = 0; i < what.Count; i++)
            {
                if (first[i] != other[i])
                {
                    throw new ClusterException(
                        $"the processes cannot train together: process {rank} of {processes.Count} does not have " +
                        $"the {what[i].What} of process 0; start all of them by one command, with one version of the " +
                        "program and the same data");
                }
            }
        }
    }

    /// <summary>This process's number among those of its machine, and how many these are.</summary>
    public static (int Place, int Count) OnThisMachine(this ICollective processes)
    {
        string[] names = processes.GatherTexts(Environment.MachineName);
        string own = names[processes.Rank];
        return (names.Take(processes.Rank).Count(name => name == own), names.Count(name => name == own));
    }

    /// <summary>Returns when all processes have come here.</summary>
    public static void Barrier(this ICollective processes) => processes.Gather<byte>([0]);

    private static string HashOf(string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, 8);
}
