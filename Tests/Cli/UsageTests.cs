using NativeCnn.Cli.Errors;
using NativeCnn.Model;

namespace NativeCnn.Tests.Cli;

/// <summary>Help that helps, and errors that name the thing and the way out.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("train", "--data --model --features --sample-rate --clip-seconds --epochs --batch-size " +
        "--learning-rate --schedule --optimizer --weight-decay --momentum --nesterov --seed --device --validation " +
        "--output --resume --json --group --folds")]
    [InlineData("evaluate", "RUN --data --part --device --json")]
    [InlineData("predict", "RUN FILE --top --device --json")]
    [InlineData("verify", "RUN --device --json")]
    [InlineData("features", "FILE --features --output --device")]
    [InlineData("devices", "--json --self-test")]
    [InlineData("bench train", "--device --json --batch-size --coefficients --frames --filters")]
    [InlineData("bench infer", "--device --json --batch-size --coefficients --frames --filters")]
    [InlineData("bench features", "--device --json --sample-rate --fft --hop --mels --coefficients --batch-size")]
    [InlineData("bench gemm", "--device --json --size --rows --inner --columns --transpose-a --transpose-b")]
    [InlineData("bench fft", "--device --json --length --batch")]
    [InlineData("data describe", "DIR|FILE.csv --json damaged")]
    [InlineData("data list", "--json")]
    [InlineData("data fetch", "NAME fsdd --output --url --keep-archive --json NATIVECNN_FETCH_BASE")]
    [InlineData("model summary", "NAME|FILE.json|RUN --input --classes --batch-size --device --json")]
    [InlineData("model layers", "TYPE --json")]
    [InlineData("model schema", "editors")]
    [InlineData("puzzles", "start check hint")]
    [InlineData("puzzles start", "PUZZLE --directory --again")]
    [InlineData("puzzles check", "PUZZLE --directory --json mended")]
    [InlineData("puzzles hint", "PUZZLE --level")]
    [InlineData("kernels list", "--json")]
    [InlineData("kernels show", "NAME --target --arch --all --output")]
    [InlineData("runs", "DIR --sort --json diff compare")]
    [InlineData("runs diff", "A B --json")]
    [InlineData("runs compare", "A B --data --part --json")]
    [InlineData("completion", "bash|zsh|fish|pwsh")]
    public void Help_OfEveryCommand_NamesTheContractsOptionsAndAnExample(string command, string options)
    {
        CliRun help = CliRun.Of([.. command.Split(' '), "--help"]).Succeeded();

        string text = string.Join('\n', help.Output);
        Assert.All(options.Split(' '), option => Assert.Contains(option, text, StringComparison.Ordinal));
        Assert.Contains($"  nativecnn {command}", text, StringComparison.Ordinal);
        Assert.Contains("Examples:", text, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Theory]
    [InlineData("", "train, evaluate, predict")]
    [InlineData("fly", "'fly'")]
    [InlineData("bench fly", "'fly'")]
    [InlineData("trian", "did you mean 'train'? give one of")]
    [InlineData("bench gem", "did you mean 'gemm'?")]
    [InlineData("train --epoch 3", "--epochs")]
    [InlineData("predict run x.wav --bogus", "--bogus")]
    [InlineData("train stray", "'stray'")]
    [InlineData("train --epochs", "--epochs")]
    [InlineData("train --data", "--data")]
    [InlineData("train --epochs many", "'many'")]
    [InlineData("train --epochs 0", "--epochs")]
    [InlineData("train --batch-size 99999999999", "--batch-size")]
    [InlineData("train --learning-rate -1", "--learning-rate")]
    [InlineData("train --learning-rate NaN", "--learning-rate")]
    [InlineData("train --learning-rate 1,5", "'1,5'")]
    [InlineData("train --sample-rate 0", "--sample-rate")]
    [InlineData("train --clip-seconds 1e9", "--clip-seconds")]
    [InlineData("train --clip-seconds 600 --sample-rate 384000", "--clip-seconds")]
    [InlineData("train --validation 1", "--validation")]
    [InlineData("train --optimizer lion", "adamw")]
    [InlineData("train --optimizer adm", "did you mean 'adam'? see")]
    [InlineData("train --momentum 0.5", "--momentum: the optimiser adam has no momentum; it is a setting of rmsprop")]
    [InlineData("train --nesterov", "--nesterov: the optimiser adam has no nesterov; it is a setting of sgd")]
    [InlineData("train --optimizer sgd --momentum 1", "--momentum")]
    [InlineData("train --optimizer sgd --momentum 0 --nesterov", "Nesterov needs a momentum")]
    [InlineData("train --resume /no/such/run --momentum 0.5", "--momentum cannot be given with --resume")]
    [InlineData("train --schedule linear", "one-cycle")]
    [InlineData("train --schedule one-cycl", "did you mean 'one-cycle'?")]
    [InlineData("train --schedule step=0.5", "step[=FACTOR:EPOCHS]")]
    [InlineData("train --graph onn", "did you mean 'on'?")]
    [InlineData("train --precision half", "tf32")]
    [InlineData("train --device cpu --precision tf32 --clips-per-class 2", "tensor cores")]
    [InlineData("bench gemm --size 64 --device simulator --precision tf32", "tensor cores")]
    [InlineData("train --seed -1", "--seed")]
    [InlineData("train --folds", "--group")]
    [InlineData("train --model resnet", "'resnet'")]
    [InlineData("train --model missing.json", "'missing.json'")]
    [InlineData("train --features wavelets", "'wavelets'")]
    [InlineData("train --features missing.json", "'missing.json'")]
    [InlineData("train --augment tilt", "logmel-cmn, or leave tilt out")]
    [InlineData("train --augment warp", "logmel-cmn, or leave warp out")]
    [InlineData("train --data /no/such/folder", "'/no/such/folder'")]
    [InlineData("train --device cuda:7 --clips-per-class 2", "'cuda:7'")]
    [InlineData("train --device abacus --clips-per-class 2", "'abacus'")]
    [InlineData("train --resume /no/such/run", "'/no/such/run'")]
    [InlineData("train --resume /no/such/run --seed 3", "--seed")]
    [InlineData("evaluate /no/such/run", "--data")]
    [InlineData("evaluate /no/such/run --data /no/such/folder", "'/no/such/run'")]
    [InlineData("predict /no/such/run x.wav", "'/no/such/run'")]
    [InlineData("predict /no/such/run", "FILE")]
    [InlineData("features /no/such/file.wav", "/no/such/file.wav")]
    [InlineData("features x.wav --output picture.gif", "'picture.gif'")]
    [InlineData("features x.wav --output x.pdf", "'x.pdf'")]
    [InlineData("features x.wav --output /no/such/folder/x.npy", "'/no/such/folder'")]
    [InlineData("bench gemm --size 0", "--size")]
    [InlineData("bench fft --length 1", "--length")]
    [InlineData("bench fft --length 65536 --batch 65536", "--length times --batch")]
    [InlineData("bench gemm --rows 65536 --inner 65536", "--rows times --inner")]
    [InlineData("bench features --mels 20 --coefficients 40", "Coefficients is 40")]
    [InlineData("data", "describe, list, fetch")]
    [InlineData("data describe /no/such/folder", "'/no/such/folder'")]
    [InlineData("kernels", "list, show")]
    [InlineData("kernels show", "NAME")]
    [InlineData("kernels show --all", "--output")]
    [InlineData("kernels show conv1d.forward --all", "'conv1d.forward'")]
    [InlineData("kernels show conv9d.forward", "'conv9d.forward'")]
    [InlineData("kernels show conv1d.forward --arch sm_10", "'sm_10'")]
    [InlineData("kernels show conv1d.forward --target metal", "'metal'")]
    [InlineData("fit", "did you mean 'train'?")]
    [InlineData("infer", "did you mean 'predict'?")]
    [InlineData("evalute run", "did you mean 'evaluate'?")]
    [InlineData("train --lr 0.1", "did you mean --learning-rate?")]
    [InlineData("train --bs=16", "did you mean --batch-size?")]
    [InlineData("train --wd 1", "did you mean --weight-decay?")]
    [InlineData("train --learn 1", "did you mean --learning-rate?")]
    [InlineData("train --model-file x.json", "did you mean --model?")]
    [InlineData("train --scehdule cosine", "did you mean --schedule?")]
    [InlineData("devices --lr 1", "there is no option --lr in `nativecnn devices`; see")]
    [InlineData("train --schedule cosin", "did you mean 'cosine'?")]
    [InlineData("train --model dep", "did you mean 'deep'?")]
    [InlineData("train --features mfc", "did you mean 'mfcc'?")]
    [InlineData("train --augment nois", "did you mean 'noise'?")]
    [InlineData("train --optimizer ADAMX", "did you mean 'adam'?")]
    [InlineData("train --device cpuu --clips-per-class 2", "did you mean 'cpu'?")]
    [InlineData("train --rung matmull=2 --clips-per-class 2 --device simulator", "did you mean 'matmul'?")]
    [InlineData("data fetch fsd", "did you mean 'fsdd'?")]
    [InlineData("model layers cov1d", "did you mean 'conv1d'?")]
    [InlineData("runs --sort acuracy", "did you mean 'accuracy'?")]
    [InlineData("explain --label seven", "--label is the class of --clip FILE")]
    [InlineData("explain article --output /no/such/folder/x.html", "'/no/such/folder'")]
    public void BadArguments_AnyCommand_GiveExitCode2AndOneLine(string arguments, string named) =>
        CliRun.Of(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FailedNaming(named);

    [Fact]
    public void Version_IsThatOfTheAssemblies()
    {
        string version = typeof(ExitCodes).Assembly.GetName().Version!.ToString(3);
        Assert.Equal([version], CliRun.Of("--version").Succeeded().Output);
        Assert.Equal(version, typeof(Classifier).Assembly.GetName().Version!.ToString(3));
    }

    [Fact]
    public void Json_OfAFailingCommand_LeavesStandardOutputEmpty() =>
        CliRun.Of("train", "--data", "/no/such/folder", "--json").FailedNaming("'/no/such/folder'");

    [Fact]
    public void Interruption_BeforeTheFirstEpoch_SaysThatNothingCanBeResumed()
    {
        using var folder = new SoundFolder();
        CliRun run = CliRun.Of(
            new StringWriter(), new CancellationToken(canceled: true), "train", "--clips-per-class", "4",
            "--clip-seconds", "0.1", "--device", "cpu", "--output", folder["run"]);
        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.Contains("nothing to resume", Assert.Single(run.Error), StringComparison.Ordinal);
    }
}
