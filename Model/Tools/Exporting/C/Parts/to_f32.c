/* A number that stays as it is. */
static float to_f32(float v)
{
    return v;
}
