using NativeCnn.Engine.Optimizers;
using NativeCnn.Engine.Tensors;
using NativeCnn.Features.Augmentation;
using NativeCnn.Features.Options;
using NativeCnn.Model.Networks;
using NativeCnn.Model.Recipes;
using NativeCnn.Model.Training;

namespace NativeCnn.Tests.Model.Recipes;

public sealed class RecipeTests
{
    public static TheoryData<string> Names => [.. RecipeBook.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Recipe_WrittenAndRead_IsTheSame(string name)
    {
        Recipe recipe = RecipeBook.Resolve(name);

        string written = recipe.ToToml();

        Assert.Equal(written, Recipe.Parse(written, "the recipe").ToToml());
        Assert.Equal(recipe.Training.ToString(), Recipe.Parse(written, "the recipe").Training.ToString());
    }

    [Fact]
    public void Recipe_WithEverySetting_ComesBackWhole()
    {
        Recipe recipe = RecipeBook.Resolve("deep") with
        {
            About = "a \"quoted\" text",
            SampleRate = 16_000,
            ClipSeconds = 1.5,
            Features = FeatureChoice.Exactly(
                FeatureOptions.LogMelCmn(16_000) with { TopDb = null, MaxFrequency = 7600 }),
            Training = new TrainingOptions
            {
                Optimizer = new SgdOptions { Momentum = 0.8f, Nesterov = true },
                Schedule = LearningRateSchedule.Parse("plateau=0.25:3") with { WarmUp = 2.5 },
                DecayOf = DecayScope.Weights,
                LayerRates = "conv1=0.5",
                Best = BestBy.Loss,
                Augmentation = AugmentationOptions.Parse("speed=0.15,time-masks=2:20,mixup=0.3"),
            },
        };

        Recipe read = Recipe.Parse(recipe.ToToml(), "the recipe");

        Assert.Equal(recipe.ToToml(), read.ToToml());
        Assert.Null(read.Features.Settings!.TopDb);
        Assert.Equal(7600, read.Features.Settings.MaxFrequency);
        Assert.Equal(recipe.Training.Optimizer, read.Training.Optimizer);
        Assert.Equal(recipe.Training.Schedule, read.Training.Schedule);
        Assert.Equal(recipe.Training.Augmentation, read.Training.Augmentation);
        Assert.Equal(recipe.Training.LayerRates, read.Training.LayerRates);
        Assert.Equal(recipe.About, read.About);
    }

    [Theory]
    [InlineData("network = \"deap\"", "line 1", "deep")]
    [InlineData("network = \"deep\"\n[training]\nepochs = 3\nlearnig_rate = 1.0", "line 4", "learning_rate")]
    [InlineData("network = \"deep\"\n\n[training.optimizer]\ntype = \"adm\"", "line 4", "adam")]
    [InlineData("network = \"deep\"\n[training]\nepochs = \"many\"", "line 3", "training.epochs")]
    [InlineData("network = \"deep\"\n[training]\nepochs = 0", "line 3", "at least 1")]
    [InlineData("network = \"deep\"\nnetwork = \"raw\"", "line 2", "already")]
    [InlineData("network = \"deep\nx = 3", "line 1", "TOML")]
    [InlineData("features = \"mfc\"\nnetwork = \"deep\"", "line 1", "mfcc")]
    [InlineData(
        "[network]\nname = \"x\"\nlayers = [\n  {type = \"conv1d\", filters = 3, taps = 3},\n  {type = \"rellu\"}\n]",
        "line 5", "relu")]
    [InlineData("about = \"nothing\"", "", "network")]
    public void Recipe_ThatIsWrong_IsRefusedWithLineAndWord(string toml, string line, string word)
    {
        var error = Assert.Throws<RecipeException>(() => Recipe.Parse(toml, "the recipe 'x.toml'"));

        Assert.Contains("x.toml", error.Message, StringComparison.Ordinal);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("keywords", 150_000)]
    [InlineData("keywords-tiny", 20_000)]
    public void Recipe_OfKeywords_HasNoMoreParametersThanItSays(string name, int most)
    {
        Recipe recipe = RecipeBook.Resolve(name);
        FeatureOptions features = recipe.Features.Resolve(16_000, () => 16_000);
        var graph = new NetworkGraph(recipe.Network, new Shape(features.Rows, features.Frames(16_000)), classes: 40);

        Assert.InRange(graph.Nodes.Sum(node => node.ParameterCount), most / 2, most);
    }

    [Theory]
    [InlineData(22_050, 5)]
    [InlineData(44_100, 10)]
    [InlineData(16_000, 1)]
    [InlineData(8_000, 0.2)]
    [InlineData(4_000, 0.05)]
    public void Recipe_OfSounds_FitsClipsOfAnyRateAndLength(int sampleRate, double seconds)
    {
        Recipe recipe = RecipeBook.Resolve("sounds");
        FeatureOptions features = recipe.Features.Resolve(sampleRate, () => sampleRate);
        features.Validate("the features of the recipe");
        int frames = features.Frames((int)(sampleRate * seconds));

        var graph = new NetworkGraph(recipe.Network, new Shape(features.Rows, frames), classes: 10);

        Assert.Equal(new Shape(10), graph.Output.Output);
    }

    [Fact]
    public void Recipe_OfAnUnknownName_ListsWhatThereIs()
    {
        var error = Assert.Throws<RecipeException>(() => RecipeBook.Resolve("keyword"));

        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
    }
}
