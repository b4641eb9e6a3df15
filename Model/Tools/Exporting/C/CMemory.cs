// One static block for everything that a clip needs: what is not needed at the same step may lie at the same place.
// Slots are placed largest first, each at the lowest offset where no slot lies that lives at the same time (as
// Engine/Tensors/LifetimeArena, which has the source; there for tensors of a device, here in bytes).
namespace NativeCnn.Tools.Exporting.C;

/// <summary>Plans the static memory of a source.</summary>
internal sealed class CMemory
{
    /// <summary>Bytes between places where a slot may begin.</summary>
    public const int Alignment = 4;

    private readonly List<CSlot> slots = [];

    /// <summary>Bytes of the block.</summary>
    public int Bytes { get; private set; }

    /// <summary>A slot of its own.</summary>
    public CSlot Reserve(int bytes, int first, int last)
    {
        var slot = new CSlot(bytes, first, last);
        slots.Add(slot);
        return slot;
    }

    /// <summary>
    /// Slots for the values of steps, the first of which is number 1; an output lies where its input does where the
    /// step can have that and nothing reads the input later.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="given">Slots that are there already, such as the input's.</param>
    public IReadOnlyDictionary<CValue, CSlot> ReserveFor(
        CNetwork network, IReadOnlyDictionary<CValue, CSlot> given)
    {
        IReadOnlyList<CStep> steps = network.Steps;
        var slotOf = new Dictionary<CValue, CSlot>(given);
        Dictionary<CValue, int> lastOf = [];
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (CValue value in steps[i].Inputs.Append(steps[i].Output))
            {
                lastOf[value.Root] = i + 1;
            }
        }

        lastOf[network.Output.Root] = steps.Count + 1;
        foreach ((CValue value, CSlot slot) in given)
        {
            slot.Last = Math.Max(slot.Last, lastOf.GetValueOrDefault(value.Root));
        }

        for (int i = 0; i < steps.Count; i++)
        {
            CValue y = steps[i].Output.Root;
            if (slotOf.ContainsKey(y))
            {
                continue;
            }

            CValue x = steps[i].Inputs[0].Root;
            if (steps[i].MayOverwrite && lastOf[x] == i + 1 && x.Bytes == y.Bytes && !given.ContainsKey(x))
            {
                slotOf[y] = slotOf[x];
                slotOf[y].Last = Math.Max(slotOf[y].Last, lastOf[y]);
                continue;
            }

            slotOf[y] = Reserve(y.Bytes, i + 1, lastOf[y]);
        }

        return slotOf;
    }

    /// <summary>Gives every slot its place.</summary>
    public void Place()
    {
        List<CSlot> placed = [];
        foreach (CSlot slot in slots.OrderByDescending(one => one.Bytes).ThenBy(one => one.First))
        {
            slot.Start = 0;
            foreach (CSlot other in placed
                .Where(one => one.First <= slot.Last && slot.First <= one.Last)
                .OrderBy(one => one.Start))
            {
                if (slot.Start + slot.Bytes > other.Start)
                {
                    slot.Start = Math.Max(slot.Start, other.Start + other.Bytes);
                }
            }

            placed.Add(slot);
            Bytes = Math.Max(Bytes, slot.Start + slot.Bytes);
        }
    }
}
