// The law of every reader: a damaged file is read, or refused with an exception that the reader documents, of one line,
// soon, and within memory that the file's size bounds.
// NATIVECNN_FUZZ=200000 sets how many inputs a law has, NATIVECNN_FUZZ=200000..1000000 those that come after so many;
// the input of a number is the same on every machine. From 100,000 on each law tells what it did.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NativeCnn.Tests.Support;

/// <summary>Valid files of one kind, damaged anyhow, and what their reader has to keep to.</summary>
/// <param name="name">The reader's name, for failures.</param>
/// <param name="seeds">Valid files: each is read without an exception.</param>
/// <param name="read">Reads a file. It is called on this thread alone, and may be called twice with one file.</param>
/// <param name="documented">The types of the exceptions that it documents.</param>
internal sealed partial class ReaderFuzz(
    string name, IReadOnlyList<byte[]> seeds, Action<byte[]> read, params IReadOnlyList<Type> documented)
{
    // About fifty laws: some 100,000 inputs in all.
    private const int InputsOfALaw = 2000;

    // Of a header in JSON hardly one damage in a hundred leaves something to read.
    private const int OneOfSoMany = 200;

    // Laws of so many inputs take minutes: each says when it is done.
    private const int ManyInputs = 100_000;

    private static readonly (int First, int End)? Asked = AskedFor(
        Environment.GetEnvironmentVariable("NATIVECNN_FUZZ"));

    /// <summary>How many inputs a law has: what NATIVECNN_FUZZ says, or the usual number.</summary>
    public static int Inputs { get; } = InputsOr(InputsOfALaw);

    /// <summary>Whether it is a format of text: numbers and words are replaced, too.</summary>
    public bool IsText { get; init; }

    /// <summary>This law has one of so many inputs, where each takes long.</summary>
    public int Share { get; init; } = 1;

    /// <summary>Bytes that it may allocate whatever the file: tables, and an exception with its stack.</summary>
    public long BytesForAny { get; init; } = 200_000;

    /// <summary>Bytes that it may allocate for every byte of the file.</summary>
    public double BytesForAByte { get; init; } = 10;

    /// <summary>Seconds that an input may take.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>Inputs that once broke the law: read before all others.</summary>
    public IReadOnlyList<byte[]> Kept { get; init; } = [];

    /// <summary>How many inputs NATIVECNN_FUZZ asks for; the usual number where it says nothing.</summary>
    public static int InputsOr(int usual) => Asked is { } numbers ? numbers.End : usual;

    /// <summary>The bytes of files of text.</summary>
    public static byte[][] Texts(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Asserts that the law holds for the kept inputs and for all numbers.</summary>
    /// <returns>How many were read and how many refused.</returns>
    public (int Read, int Refused) Holds()
    {
        foreach (byte[] seed in seeds)
        {
            read(seed);
            read(seed);
            TryRead(seed[..(seed.Length / 2)], out _);
        }

        for (int i = 0; i < Kept.Count; i++)
        {
            Examine($"kept input {i}", Kept[i]);
        }

        int first = (Asked?.First ?? 0) / Share;
        int count = Math.Max(1, (Inputs / Share) - first);
        int refused = 0;
        long since = Stopwatch.GetTimestamp();
        for (int number = first; number < first + count; number++)
        {
            refused += Examine($"input {number}", InputOf(number)) ? 0 : 1;
        }

        if (Inputs >= ManyInputs)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {count:N0} inputs from {first:N0} on, {count - refused:N0} read, {refused:N0} refused, " +
                $"{Stopwatch.GetElapsedTime(since).TotalSeconds:N0} s"));
        }

        // A law whose inputs are all refused at the door, or all read, says little.
        int least = count / OneOfSoMany;
        Assert.InRange(refused, least, count - least);
        return (count - refused, refused);
    }

    /// <summary>The damaged file of a number.</summary>
    public byte[] InputOf(int number)
    {
        // Numbers that follow each other are to begin sequences that have nothing in common.
        var random = new Random(unchecked(((number + 1) * (int)2654435761) ^ 0x5EED));
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (int times = 1 + random.Next(4); times > 0; times--)
        {
            if (IsText && random.Next(2) == 0)
            {
                ChangeText(bytes, random);
            }
            else
            {
                ChangeBytes(bytes, random);
            }
        }

        return [.. bytes];
    }

    private static (int First, int End)? AskedFor(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return null;
        }

        string[] numbers = text.Split("..");
        int end = int.Parse(numbers[^1], CultureInfo.InvariantCulture);
        return (numbers.Length > 1 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 0, end);
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < value.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = value[i];
        }
    }

    // A number of the text becomes a limit, or a value becomes one of another kind.
    private static void ChangeText(List<byte> bytes, Random random)
    {
        // Latin 1 keeps every byte, whatever encoding it was.
        string text = Encoding.Latin1.GetString([.. bytes]);
        Regex places = random.Next(3) switch { 0 => Word(), _ => Number() };
        MatchCollection found = places.Matches(text);
        if (found.Count == 0)
        {
            return;
        }

        Match place = found[random.Next(found.Count)];
        string value = random.Next(4) == 0
            ? Values[random.Next(Values.Length)]
            : Limits[random.Next(Limits.Length)].ToString(CultureInfo.InvariantCulture);
        text = text[..place.Index] + value + text[(place.Index + place.Length)..];
        bytes.Clear();
        bytes.AddRange(Encoding.Latin1.GetBytes(text));
    }

    // Where sizes, counts and products of them end.
    private static readonly long[] Limits =
    [
        0, 1, 2, 3, 7, 8, 31, 64, 127, 128, 255, 256, 1000, 32767, 32768, 46340, 46341, 65535, 65536, 1_000_000,
        41_000_000, 536870911, 536870912, 1073741823, 1073741824, 2147483640, int.MaxValue, 2147483648, 4294967295,
        4294967296, 4611686018427387904, long.MaxValue, -1, -2, int.MinValue, long.MinValue,
    ];

    private static readonly string[] Values =
    [
        "null", "true", "\"\"", "\"0\"", "[]", "{}", "[null]", "{\"type\":null}", "0.5", "-0", "1e308", "1e999", "1e-999",
        "3.5e38", "NaN", "Infinity", "\0", "\n", "\u00FF", "\"\\u0000\"", "\"\\ud800\"", ",", "..", "../x", ":", "\"",
        "99999999999999999999999999", "0x7FFFFFFF", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    private void ChangeBytes(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(1 << random.Next(10), bytes.Count - at);
        length = length > 0 ? random.Next(1, length + 1) : 0;
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                byte[] other = seeds[random.Next(seeds.Count)];
                int from = random.Next(other.Length + 1);
                int taken = Math.Min(1 << random.Next(10), other.Length - from);
                bytes.InsertRange(at, other.AsSpan(from, taken).ToArray());
                break;
            case 6:
                bytes.InsertRange(at, new byte[random.Next(1, 9)]);
                break;
            default:
                byte[] value = BitConverter.GetBytes(Limits[random.Next(Limits.Length)])[..(1 << random.Next(4))];
                if (random.Next(2) == 0)
                {
                    Array.Reverse(value);
                }

                Overwrite(bytes, at, value);
                break;
        }
    }

    private bool Examine(string which, byte[] input)
    {
        // A copy is read: who writes into what it was given would change the second try.
        bool wasRead = false;
        Exception? undocumented = null;
        long since = Stopwatch.GetTimestamp();
        long allocated = Allocated.By(Try, runs: 1);
        double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Assert.True(undocumented is null, $"{Told()}: {undocumented}");

        long allowed = BytesForAny + (long)(BytesForAByte * input.Length);
        allocated = allocated <= allowed ? allocated : Allocated.By(Try);
        Assert.True(
            allocated <= allowed, $"{Told()}: {allocated} bytes allocated for a file of {input.Length}, not {allowed}");
        seconds = Timed.Best(seconds, Seconds, Try);
        Assert.True(seconds < Seconds, $"{Told()}: took {seconds:0.0} s");
        return wasRead;

        void Try() => wasRead = TryRead(input, out undocumented);

        string Told() => $"{name}, {which}: " + (IsText
            ? Encoding.UTF8.GetString(input)
            : Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 3000))));
    }

    private bool TryRead(byte[] input, out Exception? undocumented)
    {
        undocumented = null;
        try
        {
            read(input);
            return true;
        }
        catch (Exception error)
        {
            bool isDocumented = documented.Any(type => type.IsInstanceOfType(error));
            undocumented = isDocumented && error.Message.AsSpan().IndexOfAny('\n', '\r') < 0 ? null : error;
            return false;
        }
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][-+]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex("\"[^\"]*\"|\\[[^\\[\\]]*\\]|\\{[^{}]*\\}|\\w+")]
    private static partial Regex Word();
}
