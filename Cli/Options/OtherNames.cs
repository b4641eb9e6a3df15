// What people write who know other programs: PyTorch's and Keras' scripts, timm, fastai, Edge Impulse, git. A name
// below is suggested for the others of its line.
using NativeCnn.Engine.Messages;

namespace NativeCnn.Cli.Options;

/// <summary>Well-known names of commands and options that are called otherwise here.</summary>
internal static class OtherNames
{
    private static readonly Dictionary<string, string> Commands = Table(
        ("train", "fit learn training"),
        ("evaluate", "test score validate evaluation"),
        ("predict", "infer inference classify run guess recognize recognise"),
        ("features", "mfcc extract spectrogram"),
        ("data", "dataset datasets"),
        ("model", "network networks models summary"),
        ("devices", "gpu gpus cuda hardware"),
        ("bench", "benchmark benchmarks perf"),
        ("runs", "history experiments experiment ls list"),
        ("completion", "completions autocomplete"));

    private static readonly Dictionary<string, string> Options = Table(
        ("--data", "--dataset --data-dir --data-path --train-dir --input-dir -d"),
        ("--output", "--out --output-dir --out-dir --save-dir --logdir --log-dir --run-dir -o"),
        ("--epochs", "--num-epochs --n-epochs --max-epochs --n-epoch --num-train-epochs -e"),
        ("--batch-size", "--bs --batch --minibatch --mini-batch -b"),
        ("--learning-rate", "--lr --learn-rate --max-lr --base-lr --eta"),
        ("--weight-decay", "--wd --l2 --decay"),
        ("--schedule", "--scheduler --lr-schedule --lr-scheduler --sched"),
        ("--optimizer", "--opt --optim --optimiser"),
        ("--model", "--model-file --net --network --arch --architecture --config -m"),
        ("--features", "--feature --feature-file --frontend"),
        ("--device", "--gpu --cuda --use-gpu --use-cuda --accelerator"),
        ("--workers", "--threads --num-workers --num-threads --jobs -j"),
        ("--sample-rate", "--sr --rate --sampling-rate --samplerate"),
        ("--clip-seconds", "--duration --length --clip-length --seconds"),
        ("--validation", "--val --val-split --validation-split --valid --valid-pct --test-size --holdout"),
        ("--patience", "--early-stopping --early-stop"),
        ("--augment", "--aug --augmentation --augmentations --transforms --spec-augment"),
        ("--precision", "--mixed-precision --amp --fp16 --bf16 --half --tf32"),
        ("--folds", "--kfold --k-fold --cv --cross-validation --cross-validate"),
        ("--group", "--group-by --groups --by-speaker"),
        ("--seed", "--random-seed --random-state --manual-seed"),
        ("--resume", "--continue --checkpoint --ckpt --from-checkpoint --restart"),
        ("--force", "--overwrite -f"),
        ("--label-smoothing", "--smoothing --smooth"),
        ("--balance-classes", "--class-weights --class-weight --weighted --balanced"),
        ("--clip-norm", "--grad-clip --clip-grad --max-grad-norm --gradient-clip-val --gradient-clip"),
        ("--accumulate", "--grad-accum --accum --gradient-accumulation-steps --accumulate-grad-batches"),
        ("--warm-up", "--warmup --warmup-epochs --warmup-steps"),
        ("--init", "--pretrained --weights --init-from --fine-tune --finetune"),
        ("--test-crops", "--tta --crops"),
        ("--tensorboard", "--tb --tensor-board --summary-dir"),
        ("--top", "--top-k --topk -k"),
        ("--help", "--usage --man"),
        ("--version", "-v -V"));

    /// <summary>The command that is meant; null where none is.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="names">The commands that there are.</param>
    public static string? CommandFor(string written, IReadOnlyCollection<string> names) =>
        For(Commands, written, names);

    /// <summary>The option that is meant; null where none is.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="names">The options that the command has.</param>
    public static string? OptionFor(string written, IReadOnlyCollection<string> names) => For(Options, written, names);

    private static string? For(Dictionary<string, string> table, string written, IReadOnlyCollection<string> names) =>
        table.GetValueOrDefault(written) is { } known && names.Contains(known) ? known
            : Suggestion.Nearest(written, names);

    private static Dictionary<string, string> Table(params (string Name, string Others)[] lines) => lines
        .SelectMany(line => line.Others.Split(' ').Select(other => (other, line.Name)))
        .ToDictionary(pair => pair.other, pair => pair.Name, StringComparer.Ordinal);
}
