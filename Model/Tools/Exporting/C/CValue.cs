namespace NativeCnn.Tools.Exporting.C;

/// <summary>What a step takes or gives: [time][channels], row after row, in the static memory.</summary>
internal sealed class CValue(string name, int time, int channels)
{
    private CValue? root;

    /// <summary>The layer's name.</summary>
    public string Name { get; } = name;

    /// <summary>Its name in C.</summary>
    public string Identifier { get; set; } = name;

    /// <summary>Rows; 1 for a flat value.</summary>
    public int Time { get; } = time;

    /// <summary>Numbers of a row.</summary>
    public int Channels { get; } = channels;

    /// <summary>How many numbers it has.</summary>
    public int Length => Time * Channels;

    /// <summary>What its numbers are.</summary>
    public CNumber Number { get; set; }

    /// <summary>What a whole number stands for; 1 for floats.</summary>
    public float Scale { get; set; } = 1;

    /// <summary>True where no input makes it negative, such as behind a ReLU.</summary>
    public bool IsNeverNegative { get; set; }

    /// <summary>
    /// Rows and channels before a flatten that left everything in its place: number t C + c is what the layers call
    /// number c T + t. Null where the order is that of the layers.
    /// </summary>
    public (int Time, int Channels)? Folded { get; set; }

    /// <summary>The value whose memory it is; itself, unless it is the same numbers by another name.</summary>
    public CValue Root
    {
        get => root ?? this;
        set => root = value.Root;
    }

    /// <summary>Bytes in memory.</summary>
    public int Bytes => Length * Number.Bytes();

    /// <summary>Where it lies in the static memory, in bytes.</summary>
    public int Start { get; set; }

    /// <summary>Its shape in comments.</summary>
    public string Shape => Time == 1 ? $"[{Channels}]" : $"[{Time}][{Channels}]";
}
