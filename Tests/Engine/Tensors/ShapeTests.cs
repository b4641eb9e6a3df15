using NativeCnn.Engine.Tensors;

namespace NativeCnn.Tests.Engine.Tensors;

public sealed class ShapeTests
{
    [Theory]
    [InlineData(new[] { 7 }, 7, "[7]")]
    [InlineData(new[] { 2, 3 }, 6, "[2, 3]")]
    [InlineData(new[] { 64, 40, 100 }, 256_000, "[64, 40, 100]")]
    [InlineData(new[] { 2, 3, 4, 5 }, 120, "[2, 3, 4, 5]")]
    [InlineData(new[] { 3, 0, 2 }, 0, "[3, 0, 2]")]
    public void Shape_OfDimensions_KeepsThem(int[] dimensions, int length, string text)
    {
        var shape = new Shape(dimensions);

        Assert.Equal(dimensions.Length, shape.Rank);
        Assert.Equal(length, shape.Length);
        Assert.Equal(dimensions, shape.ToArray());
        Assert.Equal(text, shape.ToString());
        Assert.Equal(dimensions, Enumerable.Range(0, shape.Rank).Select(d => shape[d]));
    }

    [Fact]
    public void Shape_OfEqualDimensions_IsEqual()
    {
        Assert.Equal(new Shape(2, 3), new Shape(2, 3));
        Assert.NotEqual(new Shape(2, 3), new Shape(3, 2));
        // The same elements in another rank are another shape.
        Assert.NotEqual(new Shape(6), new Shape(6, 1));
    }

    [Fact]
    public void Shape_OfNoOrTooManyDimensions_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Shape([]));
        Assert.Throws<ArgumentException>(() => new Shape(1, 2, 3, 4, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, -1));
    }

    [Fact]
    public void Shape_OfMoreElementsThanAnIndexReaches_IsRefused()
    {
        Assert.Equal(Shape.MostElements, new Shape(Shape.MostElements).Length);
        Assert.Throws<ArgumentException>(() => new Shape(Shape.MostElements + 1));
        Assert.Throws<ArgumentException>(() => new Shape(65_536, 65_536));
        Assert.Throws<ArgumentException>(() => new Shape(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Throws<ArgumentException>(() => new Shape(65_536, 65_536, 65_536, 65_536));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Shape_DimensionThatIsNotThere_IsRefused(int dimension) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3)[dimension]);
}
