// The first step of planning: which layers run together. The graph stays as it is; each layer falls into exactly one
// group, by the first rule that matches where the layer begins a chain.
using NativeCnn.Engine.Devices;

namespace NativeCnn.Model.Networks.Planning;

internal static class Cover
{
    /// <summary>The groups in the order of their first layers; layers that compute nothing are in none.</summary>
    public static IReadOnlyList<StageGroup> Of(
        NetworkGraph graph, IReadOnlyList<FusionRule> rules, ComputeDevice device, int batch, bool training)
    {
        List<StageGroup> groups = [];
        HashSet<GraphNode> covered = [];
        foreach (GraphNode node in graph.Nodes)
        {
            if (covered.Contains(node) || node.Layer!.IsView(training))
            {
                continue;
            }

            var site = new FusionSite(device, batch, training, ChainFrom(graph, node));
            StageGroup group = rules
                .Select(rule => (Rule: rule, Length: Math.Min(rule.Match(site), site.Chain.Count)))
                .Where(match => match.Length > 0)
                .Select(match => new StageGroup([.. site.Chain.Take(match.Length)], match.Rule))
                .FirstOrDefault() ?? new StageGroup([node], null);
            covered.UnionWith(group.Nodes);
            groups.Add(group);
        }

        return groups;
    }

    /// <summary>The layers from one on, as long as each has one user, which takes it alone.</summary>
    private static List<GraphNode> ChainFrom(NetworkGraph graph, GraphNode node)
    {
        List<GraphNode> chain = [node];
        while (node != graph.Output && graph.UsersOf(node) is [{ Inputs.Count: 1 } user])
        {
            chain.Add(node = user);
        }

        return chain;
    }
}
