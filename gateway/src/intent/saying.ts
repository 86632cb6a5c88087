/** What follows is what is to be said, not what is to be done. */
export const sayingCue =
	/(?:\b(?:saying|that says?|which says?|reading|that reads|with (?:the )?(?:text|message|words|body|content|note)|to say|that(?= (?:I|we|the|my|our|it|he|she|they|there|you|everything|all)\b)|telling (?:me|us|them|him|her)(?: that)?|note that)\b|内容是|内容为|内容|说|写着)\s*[:：]?\s*|[:：]\s+(?=\S)|：/iu;
