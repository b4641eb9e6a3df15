// Reads the PTX text of one kernel, as ILGPU's backend writes it, into what PtxMachine executes: a statement a line,
// one entry, one struct of arguments.
using System.Globalization;
using System.Text.RegularExpressions;

namespace NativeCnn.Engine.Ptx;

/// <summary>A kernel as <see cref="PtxMachine"/> executes it. Immutable; any number of threads may run it.</summary>
internal sealed unsafe partial class PtxProgram
{
    private const int PredicateBytes = 64;

    // Of static shared memory, on every NVIDIA GPU.
    private const int MostSharedBytes = 48 * 1024;

    private readonly Dictionary<string, (int Slot, char Shape)> registers = new(StringComparer.Ordinal);
    private readonly Dictionary<(ulong Bits, char Shape), int> constants = [];
    private readonly Dictionary<string, int> specials = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> tables = new(StringComparer.Ordinal);
    private readonly List<PtxInstruction> decoded = [];
    private readonly List<PtxBlock> blocks = [];
    private readonly List<string[]> targetsOf = [];
    private readonly List<PtxArray> shared = [];
    private readonly List<PtxArray> local = [];
    private readonly List<string> sharedNames = [];
    private readonly List<string> localNames = [];
    private readonly string[] lines;
    private string? parameter;

    private PtxProgram(string text)
    {
        lines = text.Split('\n');
        Read();
    }

    /// <summary>The instructions, in memory that does not move.</summary>
    public PtxInstruction[] Instructions { get; private set; } = [];

    /// <summary>The blocks; the kernel begins with the first.</summary>
    public IReadOnlyList<PtxBlock> Blocks => blocks;

    /// <summary>Bytes of the registers of a warp.</summary>
    public int RegisterBytes { get; private set; }

    /// <summary>Bytes of the argument struct.</summary>
    public int ParameterBytes { get; private set; }

    /// <summary>Bytes of a group's shared memory, and its arrays.</summary>
    public int SharedBytes { get; private set; }

    /// <inheritdoc cref="SharedBytes"/>
    public IReadOnlyList<PtxArray> SharedArrays => shared;

    /// <summary>Bytes of a lane's local memory, and its arrays.</summary>
    public int LocalBytes { get; private set; }

    /// <inheritdoc cref="LocalBytes"/>
    public IReadOnlyList<PtxArray> LocalArrays => local;

    /// <summary>Threads of the largest group that it is made for; 0 where it does not say.</summary>
    public int MostThreads { get; private set; }

    /// <summary>Registers that hold a constant: where, its bits, its shape as in <see cref="PtxOperation"/>.</summary>
    public IEnumerable<(int Slot, ulong Bits, char Shape)> Constants =>
        constants.Select(one => (one.Value, one.Key.Bits, one.Key.Shape));

    /// <summary>Registers that hold a thread's place, such as <c>%tid.x</c>.</summary>
    public IReadOnlyDictionary<string, int> Specials => specials;

    /// <summary>Reads a kernel.</summary>
    /// <exception cref="NotSupportedException">
    /// It holds an instruction or declaration that is not known; the message has the line.
    /// </exception>
    public static PtxProgram Parse(string text) => new(text);

    /// <summary>The text that was read.</summary>
    public string Text => string.Join('\n', lines);

    /// <summary>A line of the text, from 1.</summary>
    public string Line(int number) =>
        Spaces().Replace(number >= 1 && number <= lines.Length ? lines[number - 1].Trim() : "", " ");

    /// <summary>What an array of shared or local memory is called.</summary>
    public string NameOf(long array, bool isShared)
    {
        List<string> names = isShared ? sharedNames : localNames;
        return array >= 0 && array < names.Count ? names[(int)array] : "no array";
    }

    private void Read()
    {
        bool opensBlock = true;
        bool isFunction = false;
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Split("//")[0].Trim();
            // Of a method whose code is written where it is called (AsyncCopyCode) ILGPU leaves one that nobody calls.
            isFunction |= line.StartsWith(".visible .func", StringComparison.Ordinal);
            if (isFunction)
            {
                isFunction = line is not (";" or "}");
            }
            else if (line.Length == 0 || line is "{" or "}" or ")" || line.StartsWith('.'))
            {
                Declare(line, number);
            }
            else if (BranchTargets().Match(line) is { Success: true } table)
            {
                tables.Add(table.Groups[1].Value, table.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries));
            }
            else if (line.EndsWith(':'))
            {
                Open(); // Falls through into it.
                labels.Add(line[..^1], blocks.Count - 1);
                opensBlock = false;
            }
            else
            {
                if (opensBlock)
                {
                    Open();
                    opensBlock = false;
                }

                opensBlock = ReadInstruction(line.TrimEnd(';').Trim(), number);
            }
        }

        Close();
        SharedBytes = Rounded(SharedBytes);
        if (SharedBytes > MostSharedBytes)
        {
            throw new NotSupportedException(
                $"a group asks for {SharedBytes} bytes of shared memory, and has {MostSharedBytes}");
        }

        LocalBytes = Rounded(LocalBytes);
        Instructions = GC.AllocateArray<PtxInstruction>(decoded.Count, pinned: true);
        decoded.CopyTo(Instructions);
        PtxFlow.SetReconvergence(blocks);
    }

    private static int Rounded(int bytes) => (bytes + 15) / 16 * 16;

    private void Open()
    {
        blocks.Add(new PtxBlock { First = decoded.Count });
        targetsOf.Add([]);
    }

    // Labels are all known now; a block that names no target goes on in the next.
    private void Close()
    {
        for (int i = 0; i < blocks.Count; i++)
        {
            PtxBlock block = blocks[i];
            IEnumerable<int> named = targetsOf[i].Select(label => labels.TryGetValue(label, out int target)
                ? target
                : throw Unknown(block.Line, $"label {label}"));
            bool goesOn = block.End is PtxEnd.Branch or PtxEnd.Barrier ||
                (block.End == PtxEnd.Jump && targetsOf[i].Length == 0);
            if (goesOn && i + 1 == blocks.Count)
            {
                throw Unknown(block.Line, "end of a kernel without ret");
            }

            block.Targets = goesOn ? [.. named, i + 1] : [.. named];
        }
    }

    private void Declare(string line, int number)
    {
        string[] words = line.Split([' ', '\t', '(', ','], StringSplitOptions.RemoveEmptyEntries);
        switch (words.FirstOrDefault())
        {
            case null or "{" or "}" or ")":
            case ".version" or ".target" or ".address_size" or ".visible" or ".minnctapersm":
                break;
            case ".maxntid":
                MostThreads = words[1..].Aggregate(1, (product, one) => product * Number(one));
                break;
            case ".reg" when Registers().Match(line) is { Success: true } declared:
                DeclareRegisters(declared, number);
                break;
            case ".param" when Memory().Match(line) is { Success: true } declared && parameter is null:
                parameter = declared.Groups[2].Value;
                ParameterBytes = Number(declared.Groups[3].Value);
                break;
            case ".shared" when Memory().Match(line) is { Success: true } declared:
                SharedBytes = DeclareArray(declared, SharedBytes, shared, sharedNames);
                break;
            case ".local" when Memory().Match(line) is { Success: true } declared:
                LocalBytes = DeclareArray(declared, LocalBytes, local, localNames);
                break;
            default:
                throw Unknown(number, "declaration");
        }
    }

    private void DeclareRegisters(Match declared, int number)
    {
        char shape = declared.Groups[1].Value switch
        {
            "pred" => 'p',
            "b32" or "u32" or "s32" or "f32" => '4',
            "b64" or "u64" or "s64" or "f64" => '8',
            _ => throw Unknown(number, "type of registers"),
        };
        int count = Number(declared.Groups[3].Value);
        for (int i = 0; i < count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{declared.Groups[2].Value}{i}");
            registers.Add(name, (Take(shape), shape));
        }
    }

    private int DeclareArray(Match declared, int taken, List<PtxArray> arrays, List<string> names)
    {
        int align = Number(declared.Groups[1].Value);
        int start = (taken + align - 1) / align * align;
        int bytes = Number(declared.Groups[3].Value);
        addresses.Add(declared.Groups[2].Value, PtxSpace.AddressOf(arrays.Count));
        arrays.Add(new PtxArray(start, bytes));
        names.Add(declared.Groups[2].Value);
        return start + bytes;
    }

    private int Take(char shape)
    {
        int slot = RegisterBytes;
        RegisterBytes += shape switch
        {
            'p' => PredicateBytes,
            '4' => PtxWarp.Lanes * sizeof(uint),
            _ => PtxWarp.Lanes * sizeof(ulong),
        };
        return slot;
    }

    /// <summary>Reads an instruction into the last block; true where it ends the block.</summary>
    private bool ReadInstruction(string text, int number)
    {
        string guard = "";
        if (text.StartsWith('@'))
        {
            int space = text.IndexOfAny([' ', '\t']);
            (guard, text) = (text[1..space], text[space..].Trim());
        }

        int end = text.IndexOfAny([' ', '\t', '{']);
        string name = end < 0 ? text : text[..end];
        string[] operands = end < 0 ? [] : Operands().Matches(text[end..]).Select(one => one.Value.Trim()).ToArray();
        PtxBlock block = blocks[^1];
        block.Line = number;
        switch (name)
        {
            case "bra" or "bra.uni":
                targetsOf[^1] = operands;
                if (guard.Length > 0)
                {
                    block.End = PtxEnd.Branch;
                    block.Negated = guard[0] == '!';
                    block.Register = Register(guard.TrimStart('!'), 'p', number);
                }

                return true;
            case "brx.idx" or "brx.idx.uni" when guard.Length == 0:
                block.End = PtxEnd.Table;
                block.Register = Register(operands[0], '4', number);
                targetsOf[^1] = tables[operands[1]];
                return true;
            case "bar.sync" when guard.Length == 0 && operands is ["0"]:
                block.End = PtxEnd.Barrier;
                return true;
            case "ret" when guard.Length == 0:
                block.End = PtxEnd.Return;
                return true;
        }

        if (guard.Length > 0 || PtxInstructionSet.Find(name) is not { } operation)
        {
            throw Unknown(number, $"instruction {(guard.Length > 0 ? "with a predicate, " : "")}{name}");
        }

        decoded.Add(Decode(name, operation, operands, number));
        block.Count++;
        return false;
    }

    private PtxInstruction Decode(string name, PtxOperation operation, string[] operands, int number)
    {
        var one = new PtxInstruction
        {
            Body = (delegate*<PtxWarp*, PtxInstruction*, void>)operation.Body,
            Line = number,
            Count = 1,
        };
        string shape = operation.Shape;
        if (name.StartsWith(PtxCopies.Name, StringComparison.Ordinal) && operands.Length > 1)
        {
            operands = DecodeCopy(name, operands, number, ref one);
        }

        if (Access().Match(name) is { Success: true } access)
        {
            one.Count = access.Groups[1].Success ? Number(access.Groups[1].Value) : 1;
            int at = Array.FindIndex(operands, operand => operand.StartsWith('['));
            (string address, one.Offset) = Address(operands[at]);
            operands = [.. operands.Where((_, i) => i != at)];
            bool isAtomic = name.StartsWith("atom.", StringComparison.Ordinal) ||
                name.StartsWith("red.", StringComparison.Ordinal);
            shape = isAtomic ? shape : new string(shape[0], one.Count);
            if (name.StartsWith("ld.param", StringComparison.Ordinal))
            {
                if (address != parameter)
                {
                    throw Unknown(number, $"argument {address}");
                }
            }
            else
            {
                operands = [.. operands, address];
                shape += '8';
            }
        }

        if (operands.Length != shape.Length)
        {
            throw Unknown(number, $"number of operands of {name}");
        }

        for (int i = 0; i < operands.Length; i++)
        {
            one.Operand[i] = Operand(operands[i], shape[i], number);
        }

        return one;
    }

    // cp.async.cg.shared.global [to], [from], 16 or, where fewer bytes may be read, [to], [from], 16, bytes.
    private string[] DecodeCopy(string name, string[] operands, int number, ref PtxInstruction one)
    {
        if (operands.Length is not (3 or 4) || operands[2] is not ("4" or "8" or "16") ||
            (name[PtxCopies.Name.Length + 2] == 'g' && operands[2] != "16"))
        {
            throw Unknown(number, "form of an asynchronous copy");
        }

        one.Count = Number(operands[2]);
        (string to, one.Offset) = Address(operands[0]);
        (string from, int offset) = Address(operands[1]);
        one.Operand[PtxCopies.SourceOffset] = offset;
        return [to, from, operands[^1]];
    }

    /// <summary>What an operand such as <c>[%rd1+16]</c> adds up: a register or name, and bytes.</summary>
    private static (string Base, int Offset) Address(string operand)
    {
        string address = operand.Trim('[', ']').Trim();
        int plus = address.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (address, 0) : (address[..plus].Trim(), Number(address[(plus + 1)..].Trim()));
    }

    private int Operand(string text, char shape, int number)
    {
        if (text.StartsWith('%'))
        {
            return Register(text, shape, number);
        }

        if (addresses.TryGetValue(text, out ulong address))
        {
            return Constant(address, shape);
        }

        ulong bits = text switch
        {
            ['0', 'f', ..] when shape == '4' => Hexadecimal(text.AsSpan(2)),
            ['0', 'd', ..] when shape == '8' => Hexadecimal(text.AsSpan(2)),
            _ => Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 whole)
                ? unchecked((ulong)whole)
                : throw Unknown(number, $"operand {text}"),
        };
        return Constant(shape == 'p' && bits != 0 ? ulong.MaxValue : bits, shape);
    }

    private int Constant(ulong bits, char shape)
    {
        if (!constants.TryGetValue((bits, shape), out int slot))
        {
            constants.Add((bits, shape), slot = Take(shape));
        }

        return slot;
    }

    private int Register(string name, char shape, int number)
    {
        if (registers.TryGetValue(name, out (int Slot, char Shape) register))
        {
            return register.Shape == shape ? register.Slot : throw Unknown(number, $"use of {name} as {shape} bytes");
        }

        if (!SpecialNames.Contains(name) || shape != '4')
        {
            throw Unknown(number, $"register {name}");
        }

        if (!specials.TryGetValue(name, out int slot))
        {
            specials.Add(name, slot = Take('4'));
        }

        return slot;
    }

    private static readonly string[] SpecialNames =
    [
        "%tid.x", "%tid.y", "%tid.z", "%ntid.x", "%ntid.y", "%ntid.z", "%ctaid.x", "%ctaid.y", "%ctaid.z",
        "%nctaid.x", "%nctaid.y", "%nctaid.z", "%laneid",
    ];

    private static ulong Hexadecimal(ReadOnlySpan<char> digits) =>
        ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private NotSupportedException Unknown(int number, string what) =>
        new($"unknown {what} in line {number} of the PTX: {Line(number)}");

    [GeneratedRegex(@"^\.reg\s+\.(\w+)\s+(%\w+?)<(\d+)>;$")]
    private static partial Regex Registers();

    [GeneratedRegex(@"^\.\w+\s+\.align\s+(\d+)\s+\.b8\s+(\w+)\[(\d+)\]")]
    private static partial Regex Memory();

    [GeneratedRegex(@"^(\w+):\s*\.branchtargets\s+(.*);$")]
    private static partial Regex BranchTargets();

    [GeneratedRegex(@"[^\s,{}]+")]
    private static partial Regex Operands();

    [GeneratedRegex(@"^(?:(?:ld|st)\.\w+(?:\.v(\d))?|(?:atom|red)\.\w+\.global)\.\w+$")]
    private static partial Regex Access();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
