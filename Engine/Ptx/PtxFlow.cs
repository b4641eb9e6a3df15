// Where lanes that took different branches meet again: the immediate post-dominator of each block, by the iterative
// algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph.
namespace NativeCnn.Engine.Ptx;

internal static class PtxFlow
{
    /// <summary>Sets <see cref="PtxBlock.Reconvergence"/> of all blocks, of which the first is the entry.</summary>
    public static void SetReconvergence(IReadOnlyList<PtxBlock> blocks)
    {
        int exit = blocks.Count;
        int[] order = ReversePostorder(blocks, exit);
        int[] rank = new int[blocks.Count + 1];
        Array.Fill(rank, -1); // Blocks that never end, or that nothing leads to, stay without.
        for (int i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        int[] found = new int[blocks.Count + 1];
        Array.Fill(found, -1);
        found[exit] = exit;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int block in order)
            {
                if (block == exit)
                {
                    continue;
                }

                int nearest = -1;
                foreach (int next in Successors(blocks, block, exit))
                {
                    if (found[next] >= 0)
                    {
                        nearest = nearest < 0 ? next : Meet(nearest, next);
                    }
                }

                changed |= found[block] != nearest;
                found[block] = nearest;
            }
        }

        for (int block = 0; block < blocks.Count; block++)
        {
            blocks[block].Reconvergence = found[block] < 0 || found[block] == exit ? PtxBlock.Exit : found[block];
        }

        int Meet(int a, int b)
        {
            while (a != b)
            {
                while (rank[a] > rank[b])
                {
                    a = found[a];
                }

                while (rank[b] > rank[a])
                {
                    b = found[b];
                }
            }

            return a;
        }
    }

    private static int[] Successors(IReadOnlyList<PtxBlock> blocks, int block, int exit) =>
        blocks[block].End == PtxEnd.Return ? [exit] : blocks[block].Targets;

    /// <summary>From the exit against the arrows: each block before those that can lead to it.</summary>
    private static int[] ReversePostorder(IReadOnlyList<PtxBlock> blocks, int exit)
    {
        List<int>[] from = [.. Enumerable.Range(0, blocks.Count + 1).Select(_ => new List<int>())];
        for (int block = 0; block < blocks.Count; block++)
        {
            foreach (int next in Successors(blocks, block, exit))
            {
                from[next].Add(block);
            }
        }

        List<int> postorder = [];
        bool[] seen = new bool[blocks.Count + 1];
        var open = new Stack<(int Block, int Next)>([(exit, 0)]);
        seen[exit] = true;
        while (open.TryPop(out (int Block, int Next) at))
        {
            if (at.Next == from[at.Block].Count)
            {
                postorder.Add(at.Block);
                continue;
            }

            open.Push((at.Block, at.Next + 1));
            int before = from[at.Block][at.Next];
            if (!seen[before])
            {
                seen[before] = true;
                open.Push((before, 0));
            }
        }

        postorder.Reverse();
        return [.. postorder];
    }
}
