// The names that a network's tensors have in PyTorch: those of the run, with running_var for running_variance, and with
// an underscore behind a layer's name that an nn.Module or Python has for itself.
namespace NativeCnn.Tools.Exporting.PyTorch;

/// <summary>Names of modules and of their tensors.</summary>
internal static class PyTorchNames
{
    /// <summary>How many mini-batches a batch normalisation has seen, which PyTorch keeps and a run does not.</summary>
    public const string BatchesTracked = "num_batches_tracked";

    private const string OwnVariance = "running_variance";
    private const string Variance = "running_var";

    // What an nn.Module has, as far as names of layers could be it, and what the page's Model has beside it.
    private static readonly HashSet<string> Taken =
    [
        "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda", "double",
        "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state", "get_parameter",
        "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
        "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
        "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
        "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
        "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
        "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
        "training", "type", "xpu", "zero_grad", "self", "logits", "features", "normalization", "thresholds",
    ];

    /// <summary>The attributes that lead to a layer's module.</summary>
    public static IReadOnlyList<string> PathOf(string layer) =>
        [.. layer.Split('.').Select(PythonText.Identifier).Select(one => Taken.Contains(one) ? $"{one}_" : one)];

    /// <summary>The name in a state_dict of a tensor that a run calls such as <c>norm1.running_variance</c>.</summary>
    public static string Of(string tensor)
    {
        (string layer, string own) = Split(tensor);
        return $"{string.Join('.', PathOf(layer))}.{(own == OwnVariance ? Variance : own)}";
    }

    /// <summary>The layer and the tensor's own name in it.</summary>
    public static (string Layer, string Own) Split(string tensor)
    {
        int at = tensor.LastIndexOf('.');
        return at < 0 ? ("", tensor) : (tensor[..at], tensor[(at + 1)..]);
    }

    /// <summary>A tensor's own name as a run has it: <c>running_variance</c> for <c>running_var</c>.</summary>
    public static string OwnName(string own) => own == Variance ? OwnVariance : own;
}
